Feature: File transfer
  Files go to the customer's machine and come from it, whole or not at all, also over breaks.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And Alex has file transfer open in Carla's session

  Scenario: Folders can be looked into
    When Alex looks into the folder "C:\Windows\Logs" in Carla's session
    Then the folder on Alex's console in Carla's session has "print.log"
    When Alex looks into the folder "C:\Windows\System32\config" in Carla's session
    Then Alex reads of the folder in Carla's session: "access is denied"
    When Alex looks into the folder "C:\Nowhere" in Carla's session
    Then Alex reads of the folder in Carla's session: "no such file or folder"

  Scenario: A folder of which not all fits is said to have more
    Given Dana is a customer with a Linux PC on fibre
    And Dana is in session with Alex
    And Alex has file transfer open in Dana's session
    And 2000 files with long names lie in "/tmp/scans" on Dana's device
    And 20 files with long names lie in "/tmp/mail" on Dana's device
    When Alex looks into the folder "/tmp/scans" in Dana's session
    Then Alex reads of the folder in Dana's session: "not all of it is shown"
    When Alex looks into the folder "/tmp/mail" in Dana's session
    Then Alex reads of the folder in Dana's session: "all of it is shown"

  Scenario: A file goes to the customer's machine
    Given a file "C:\Temp\fix.exe" of 300000 bytes lies on Alex's device
    When Alex uploads "C:\Temp\fix.exe" to "C:\Users\Public\Desktop\fix.exe" in Carla's session
    Then the transfer of "C:\Users\Public\Desktop\fix.exe" in Carla's session on Alex's console is done
    And "C:\Users\Public\Desktop\fix.exe" on Carla's device is the same as "C:\Temp\fix.exe" on Alex's device
    And the log of Carla's session on Alex's console ends with:
      | who      | what        | detail                                             |
      | Alex Kim | File Upload | C:\\Users\\Public\\Desktop\\fix.exe (300000 bytes) |

  Scenario: A file comes from the customer's machine, and the console shows how much of it has
    Given a file "C:\Temp\dump.bin" of 3000000 bytes lies on Carla's device
    When Carla's link becomes DSL
    And Alex downloads "C:\Temp\dump.bin" to "C:\Temp\carla.bin" in Carla's session
    Then 40 % of "C:\Temp\dump.bin" has come in Carla's session on Alex's console
    And there is no "C:\Temp\carla.bin" yet on Alex's device
    And the transfer of "C:\Temp\dump.bin" in Carla's session on Alex's console is done
    And "C:\Temp\carla.bin" on Alex's device is the same as "C:\Temp\dump.bin" on Carla's device

  Scenario: An empty file is a file
    Given a file "C:\Temp\empty.txt" of 0 bytes lies on Alex's device
    When Alex uploads "C:\Temp\empty.txt" to "C:\Temp\nothing.txt" in Carla's session
    Then the transfer of "C:\Temp\nothing.txt" in Carla's session on Alex's console is done
    And "C:\Temp\nothing.txt" on Carla's device is the same as "C:\Temp\empty.txt" on Alex's device
    When Alex downloads "C:\Temp\nothing.txt" to "C:\Temp\back.txt" in Carla's session
    Then the transfer of "C:\Temp\nothing.txt" in Carla's session on Alex's console is done
    And "C:\Temp\back.txt" on Alex's device is the same as "C:\Temp\empty.txt" on Alex's device

  Scenario: A transfer that is called off leaves nothing behind
    Given a file "C:\Temp\big.bin" of 3000000 bytes lies on Alex's device
    When Carla's link becomes DSL
    And Alex uploads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 20 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
    And Alex cancels the transfer of "C:\Temp\big.bin" in Carla's session
    Then the transfer of "C:\Temp\big.bin" in Carla's session on Alex's console has failed: "cancelled"
    And there is no "C:\Temp\big.bin" on Carla's device

  Scenario Outline: Who uploads to a place that somebody is uploading to harms nobody, by <other>
    Given Blair is signed in to the desktop console
    And Dana is a customer with a Windows PC on DSL
    And Dana is in session with Alex and Blair
    And a file "C:\Temp\a.bin" of 300000 bytes lies on Alex's device
    And a file "C:\Temp\b.bin" of 200000 bytes lies on Blair's device
    And Alex has file transfer open in Dana's session
    And Blair has file transfer open in Dana's session
    When Alex uploads "C:\Temp\a.bin" to "C:\Temp\big.bin" in Dana's session
    And 10 % of "C:\Temp\big.bin" has come in Dana's session on Alex's console
    And Blair uploads "C:\Temp\b.bin" to "<other>" in Dana's session
    Then the transfer of "<other>" in Dana's session on Blair's console has failed: "it exists already"
    And the transfer of "C:\Temp\big.bin" in Dana's session on Alex's console is done
    And "C:\Temp\big.bin" on Dana's device is the same as "C:\Temp\a.bin" on Alex's device

    Examples:
      | other              |
      | C:\\Temp\\big.bin  |
      | c:\\temp\\BIG.BIN  |
      | C:\\Temp\\.\\big.bin |

  Scenario: Files wait for one another, and all come
    Given a file "C:\Temp\one.bin" of 500000 bytes lies on Alex's device
    And a file "C:\Temp\two.bin" of 70000 bytes lies on Alex's device
    When Alex uploads "C:\Temp\one.bin" to "C:\Temp\one.bin" in Carla's session
    And Alex uploads "C:\Temp\two.bin" to "C:\Temp\two.bin" in Carla's session
    Then the transfer of "C:\Temp\two.bin" in Carla's session on Alex's console is done
    And "C:\Temp\one.bin" on Carla's device is the same as "C:\Temp\one.bin" on Alex's device
    And "C:\Temp\two.bin" on Carla's device is the same as "C:\Temp\two.bin" on Alex's device

  Scenario: An upload goes on where it stopped when the customer was away
    Given a file "C:\Temp\big.bin" of 3000000 bytes lies on Alex's device
    When Carla's link becomes DSL
    And Alex uploads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 20 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
    And Carla's network is down for 2 minutes
    Then the transfer of "C:\Temp\big.bin" in Carla's session on Alex's console is done
    And the transfer of "C:\Temp\big.bin" in Carla's session on Alex's console went on where it stopped
    And "C:\Temp\big.bin" on Carla's device is the same as "C:\Temp\big.bin" on Alex's device

  Scenario: An upload goes on where it stopped when the representative was away, and took the session back
    Given a file "C:\Temp\big.bin" of 3000000 bytes lies on Alex's device
    When Carla's link becomes DSL
    And Alex uploads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 20 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
    And Alex loses the Ethernet
    And 60 seconds pass
    And Alex has the Ethernet back
    And Alex's console is connected again
    And Alex accepts Carla's session
    Then the transfer of "C:\Temp\big.bin" in Carla's session on Alex's console is done
    And the transfer of "C:\Temp\big.bin" in Carla's session on Alex's console went on where it stopped
    And "C:\Temp\big.bin" on Carla's device is the same as "C:\Temp\big.bin" on Alex's device

  Scenario: A download goes on where it stopped when the customer was away
    Given a file "C:\Temp\dump.bin" of 3000000 bytes lies on Carla's device
    When Carla's link becomes DSL
    And Alex downloads "C:\Temp\dump.bin" to "C:\Temp\dump.bin" in Carla's session
    And 20 % of "C:\Temp\dump.bin" has come in Carla's session on Alex's console
    And Carla's network is down for 2 minutes
    Then the transfer of "C:\Temp\dump.bin" in Carla's session on Alex's console is done
    And the transfer of "C:\Temp\dump.bin" in Carla's session on Alex's console went on where it stopped
    And "C:\Temp\dump.bin" on Alex's device is the same as "C:\Temp\dump.bin" on Carla's device

  Scenario: A download goes on where it stopped when the representative was away
    Given a file "C:\Temp\dump.bin" of 3000000 bytes lies on Carla's device
    When Carla's link becomes DSL
    And Alex downloads "C:\Temp\dump.bin" to "C:\Temp\dump.bin" in Carla's session
    And 20 % of "C:\Temp\dump.bin" has come in Carla's session on Alex's console
    And Alex loses the Ethernet
    And 60 seconds pass
    And Alex has the Ethernet back
    And Alex's console is connected again
    And Alex accepts Carla's session
    Then the transfer of "C:\Temp\dump.bin" in Carla's session on Alex's console is done
    And the transfer of "C:\Temp\dump.bin" in Carla's session on Alex's console went on where it stopped
    And "C:\Temp\dump.bin" on Alex's device is the same as "C:\Temp\dump.bin" on Carla's device

  Scenario: What cannot be put there is told in words
    Given a file "C:\Temp\tool.exe" of 90000 bytes lies on Alex's device
    When Alex uploads "C:\Temp\tool.exe" to "C:\Windows\tool.exe" in Carla's session
    Then the transfer of "C:\Windows\tool.exe" in Carla's session on Alex's console has failed: "access is denied"
    And the log of Carla's session on Alex's console ends with:
      | who      | what               | detail                                  |
      | Alex Kim | File Upload Failed | C:\\Windows\\tool.exe: access is denied |
    When Alex uploads "C:\Temp\tool.exe" to "C:\Temp\Nowhere\tool.exe" in Carla's session
    Then the transfer of "C:\Temp\Nowhere\tool.exe" in Carla's session on Alex's console has failed: "no such file or folder"
    Given a file "C:\Temp\there.exe" of 5 bytes lies on Carla's device
    When Alex uploads "C:\Temp\tool.exe" to "C:\Temp\there.exe" in Carla's session
    Then the transfer of "C:\Temp\there.exe" in Carla's session on Alex's console has failed: "it exists already"
    When Alex uploads "C:\Temp\tool.exe" to "C:\Temp\there.exe", replacing what is there, in Carla's session
    Then the transfer of "C:\Temp\there.exe" in Carla's session on Alex's console is done
    Given the disk of Carla's device has room for 20000 bytes
    When Alex uploads "C:\Temp\tool.exe" to "C:\Temp\more.exe" in Carla's session
    Then the transfer of "C:\Temp\more.exe" in Carla's session on Alex's console has failed: "the disk is full"
    And there is no "C:\Temp\more.exe" on Carla's device
    When Alex tries to upload "C:\Temp\nothing.exe" to "C:\Temp\nothing.exe" in Carla's session
    Then Alex is told "no such file or folder"

  Scenario: Files and folders are made, moved and deleted
    When Alex makes the folder "C:\Temp\Old" in Carla's session
    Then Alex reads of "C:\Temp\Old" in Carla's session: "done"
    Given a file "C:\Temp\a.txt" of 12 bytes lies on Carla's device
    When Alex moves "C:\Temp\a.txt" to "C:\Temp\Old\b.txt" in Carla's session
    Then Alex reads of "C:\Temp\a.txt" in Carla's session: "done"
    And there is no "C:\Temp\a.txt" on Carla's device
    When Alex deletes "C:\Temp\Old\b.txt" in Carla's session
    Then Alex reads of "C:\Temp\Old\b.txt" in Carla's session: "done"
    And there is no "C:\Temp\Old\b.txt" on Carla's device
    And the log of Carla's session on Alex's console ends with:
      | who      | what              | detail                                  |
      | Alex Kim | Directory Created | C:\\Temp\\Old                           |
      | Alex Kim | File Moved        | C:\\Temp\\a.txt to C:\\Temp\\Old\\b.txt |
      | Alex Kim | File Deleted      | C:\\Temp\\Old\\b.txt                    |
    When Alex deletes "C:\Windows\notepad.exe" in Carla's session
    Then Alex reads of "C:\Windows\notepad.exe" in Carla's session: "access is denied"

  Scenario: Chat does not wait behind a file
    Given a file "C:\Temp\big.bin" of 3000000 bytes lies on Alex's device
    When Carla's link becomes DSL
    And Alex uploads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 10 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
    And Alex writes "It comes" to everyone in Carla's session
    Then within 1 second Carla reads "It comes" from Alex

  Scenario: Half a file does not outlive the session
    Given a file "C:\Temp\big.bin" of 3000000 bytes lies on Alex's device
    When Carla's link becomes DSL
    And Alex uploads "C:\Temp\big.bin" to "C:\Temp\big.bin" in Carla's session
    And 10 % of "C:\Temp\big.bin" has come in Carla's session on Alex's console
    And Alex ends Carla's session
    Then there is no "C:\Temp\big.bin" on Carla's device

  @AND-04
  Scenario Outline: On an older Android, Support transfers files; on a newer one it does not
    Given Dana is a customer with an Android <version> phone that has Support
    And Dana is in session with Alex
    Then Alex <is> offered file transfer in Dana's session

    Examples:
      | version | is     |
      | 10      | is     |
      | 11      | is not |
      | 13      | is not |

  @AND-04 @AND-07
  Scenario: With Support+, files go to an Android phone and come from it
    Given Dana is a customer with an Android 13 phone that has Support+
    And Dana is in session with Alex
    And Alex has file transfer open in Dana's session
    And a file "C:\Temp\guide.pdf" of 40000 bytes lies on Alex's device
    When Alex uploads "C:\Temp\guide.pdf" to "/sdcard/Download/guide.pdf" in Dana's session
    Then the transfer of "/sdcard/Download/guide.pdf" in Dana's session on Alex's console is done
    And "/sdcard/Download/guide.pdf" on Dana's device is the same as "C:\Temp\guide.pdf" on Alex's device
    When Dana writes "Thank you"
    Then Alex reads "Thank you" from Dana
