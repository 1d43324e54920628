Feature: Mouse, keyboard and what is under them
  A representative at a desktop console works on the customer's machine as if sitting there.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @SCR-02
  Scenario: A double click opens, keys write, and a chord does what it does there
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    When Alex double-clicks "Report.txt" on Carla's screen
    And Alex types "Printer" on Carla's screen
    Then the editor on Carla's device reads "Printer"
    When Alex presses "Backspace" on Carla's screen
    Then the editor on Carla's device reads "Printe"
    And Alex sees Carla's screen to the pixel
    When Alex presses "Ctrl+A" on Carla's screen
    And Alex presses "Ctrl+X" on Carla's screen
    Then the clipboard of Carla's device holds "Printe"
    And the editor on Carla's device reads ""
    When Alex presses "Ctrl+V" on Carla's screen
    And Alex presses "Shift+R" on Carla's screen
    Then the editor on Carla's device reads "PrinteR"

  @SCR-02
  Scenario: A right click opens a menu, and something can be thrown away
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    When Alex right-clicks "Guide" on Carla's screen
    Then Carla's device shows the menu entry "Properties"
    When Alex presses "Escape" on Carla's screen
    And Alex drags "Guide" on Carla's screen 0 pixels right and 300 pixels down
    Then "Guide" is in the bin of Carla's device

  @SCR-02
  Scenario: What the customer does meanwhile is seen
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Carla clicks "Name" at the device
    And Carla types "Carla" at the device
    Then the field "Name" on Carla's device reads "Carla"
    And Alex sees Carla's screen to the pixel
    When Alex clicks "Save" on Carla's screen
    Then the button "Save" was pressed 1 times on Carla's device

  @DSP-01
  Scenario: A screen that changes its size is seen in its new size
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has screen sharing open in Carla's session
    When the display of Carla's device changes to 1280 by 800 pixels
    Then Alex sees a picture of 1280 by 800 pixels of Carla's screen
    And Alex sees Carla's screen to the pixel

  @AND-08
  Scenario Outline: A phone that is turned is seen as it is held
    Given Carla is a customer with an Android phone on 4G
    And Carla is in session with Alex
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Carla's device asks whether "Support" may see the screen
    When Carla lets the device show its screen
    And Carla turns the device to <way>
    Then Alex sees a picture of <width> by <height> pixels of Carla's screen
    And Alex sees Carla's screen as it is now

    Examples:
      | way       | width | height |
      | landscape | 2400  | 1080   |
      | portrait  | 1080  | 2400   |

  @AND-08
  Scenario: A phone that says no is neither seen nor touched
    Given Carla is a customer with an Android phone on 4G
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla declines screen sharing
    Then for 5 seconds Alex sees nothing of Carla's screen
    When Alex tries to click, without seeing it, "Save" on Carla's screen
    Then Alex is told "screen sharing"
    And the button "Save" is never pressed on Carla's device

  @ELV-03
  Scenario: Once the client is elevated, protected windows are seen and touched
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And the "task manager" is open with administrative rights on Carla's device
    And Alex has screen sharing open in Carla's session
    Then Alex reads that "Task Manager" is protected on Carla's device
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then nothing is protected from Alex on Carla's device
    And Alex sees Carla's screen to the pixel

  @SPA-02
  Scenario: Once the client is elevated, actions run as System
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    When Alex elevates Carla's client as "admin" with "correct horse"
    And Alex opens the special actions of Carla's session
    Then Alex can run special actions in Carla's session as "the active user, System, another user"
    When Alex runs the special action "Event Viewer" on Carla's device as System
    Then Alex reads "as nt authority" from "Event Viewer" in Carla's session

  @SPA-04
  Scenario: Canned scripts are those of the user and of the machine
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    Then Alex is offered the scripts "Who am I, Addresses" in Carla's session
    When Alex runs the script "Who am I" on Carla's device
    Then Alex reads that "Who am I" was done in Carla's session
    And Alex reads "carla" from "Who am I" in Carla's session
    And scripts ran on Carla's device as "carla"

  @SPA-02 @SPA-04
  Scenario: A script runs as System once the client is elevated, and not before
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    When Alex tries to run the script "Who am I" on Carla's device as System
    Then Alex is told "found to run it as System"
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex sees that Carla's client is "elevated"
    When Alex runs the script "Who am I" on Carla's device as System
    Then Alex reads that "Who am I" was done in Carla's session
    And Alex reads "nt authority\system" from "Who am I" in Carla's session
    And scripts ran on Carla's device as "nt authority\system"

  @SPA-03 @SPA-04
  Scenario Outline: A script runs as another user whose password is known, and not with a wrong one
    Given Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    When Alex runs the script "Who am I" on Carla's device as "admin" with the password "<password>"
    Then Alex reads that "Who am I" <outcome> in Carla's session
    And Alex reads "<says>" from "Who am I" in Carla's session
    And scripts ran on Carla's device as "<users>"

    Examples:
      | password      | outcome      | says                        | users |
      | correct horse | was done     | customer-pc\\admin          | admin |
      | wrong horse   | was not done | wrong user name or password |       |

  @SPA-04
  Scenario: Scripts that are not the user's are not there
    Given Blair is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Blair
    Then Blair is offered the scripts "Who am I" in Carla's session
    When Blair tries to run the script "Addresses" on Carla's device
    Then Blair is told "found the script"
